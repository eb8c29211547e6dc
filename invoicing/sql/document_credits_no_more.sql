SELECT * INTO original FROM invoicing_fiscaldocument
    WHERE id = NEW.corrects_id;
-- The shop's role locks no row that never changes: the order stands for it.
PERFORM FROM orders_order WHERE id = original.order_id FOR NO KEY UPDATE;
SELECT coalesce(sum(total), 0) INTO credited FROM invoicing_fiscaldocument
    WHERE corrects_id = NEW.corrects_id;
IF original.corrects_id IS NOT NULL
    OR (original.order_id, original.currency)
        IS DISTINCT FROM (NEW.order_id, NEW.currency)
    OR credited + NEW.total > original.total
THEN
    RAISE EXCEPTION 'a credit note takes back no more than its document'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'fiscal_credits_no_more';
END IF;
RETURN NEW;
