SELECT l.total + CASE WHEN o.prices_include_tax THEN 0 ELSE l.tax END
INTO worth
FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
WHERE l.id = NEW.order_line_id;
SELECT SUM(amount) INTO stated
FROM payouts_statementline WHERE order_line_id = NEW.order_line_id;
IF stated > worth THEN
    RAISE EXCEPTION 'a line is paid for once'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'statement_line_paid_once';
END IF;
RETURN NULL;
