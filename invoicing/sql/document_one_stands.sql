IF EXISTS (SELECT FROM invoicing_fiscaldocument sale
    WHERE sale.order_id = NEW.order_id AND sale.corrects_id IS NULL
    AND sale.total > (SELECT coalesce(sum(total), 0)
        FROM invoicing_fiscaldocument note WHERE note.corrects_id = sale.id))
THEN
    RAISE EXCEPTION 'the order has a document that stands'
        USING ERRCODE = 'check_violation',
            CONSTRAINT = 'fiscal_once_per_order';
END IF;
RETURN NEW;
