INSERT INTO inventory_stocklevel (variant_id, warehouse_id,
    on_hand, committed, reserved, minimum, bin, is_below_minimum)
VALUES (NEW.variant_id, NEW.warehouse_id, 0, 0, 0, 5, '', FALSE)
ON CONFLICT (variant_id, warehouse_id) DO NOTHING;
UPDATE inventory_stocklevel
SET on_hand = on_hand + NEW.on_hand_delta,
    committed = committed + NEW.on_hand_delta - NEW.quantity
WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id
RETURNING on_hand, committed INTO NEW.on_hand_after, NEW.committed_after;
RETURN NEW;
