SELECT quantity - cancelled_quantity INTO ordered
FROM orders_orderline WHERE id = NEW.line_id FOR UPDATE;
SELECT SUM(i.quantity) INTO planned
FROM shipping_shipmentitem i JOIN shipping_shipment s ON s.id = i.shipment_id
WHERE i.line_id = NEW.line_id AND s.decision = ''
    AND s.status NOT IN ('lost', 'returned', 'cancelled');
IF planned > ordered THEN
    RAISE EXCEPTION 'more units shipped than ordered'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'shipment_item_within_order';
END IF;
RETURN NULL;
