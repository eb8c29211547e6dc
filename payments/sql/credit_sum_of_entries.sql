IF EXISTS (
    SELECT FROM payments_storecredit WHERE id = NEW.id AND balance <> (
        SELECT coalesce(sum(amount), 0) FROM payments_storecreditentry
        WHERE credit_id = NEW.id
    )
) THEN
    RAISE EXCEPTION 'a balance is the sum of its entries'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'store_credit_sum_of_entries';
END IF;
RETURN NULL;
