IF TG_TABLE_NAME = 'orders_order' THEN checked := NEW.id;
ELSE checked := OLD.order_id;
END IF;
IF EXISTS (SELECT 1 FROM orders_order WHERE id = checked)
    AND NOT EXISTS (SELECT 1 FROM orders_orderline WHERE order_id = checked) THEN
    RAISE EXCEPTION 'order % has no line', checked
        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_has_a_line';
END IF;
RETURN NULL;
