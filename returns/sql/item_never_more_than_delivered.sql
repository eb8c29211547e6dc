SELECT delivered_quantity INTO delivered
FROM orders_orderline WHERE id = NEW.line_id FOR UPDATE;
SELECT SUM(i.quantity) INTO asked
FROM returns_returnitem i JOIN returns_return r ON r.id = i.return_request_id
WHERE i.line_id = NEW.line_id AND r.status NOT IN ('rejected', 'withdrawn');
IF asked > delivered THEN
    RAISE EXCEPTION 'more units returned than delivered'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'return_item_within_delivered';
END IF;
RETURN NULL;
