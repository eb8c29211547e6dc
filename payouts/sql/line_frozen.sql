IF EXISTS (
    SELECT 1 FROM payouts_statement
    WHERE status <> 'draft' AND id = CASE TG_OP
        WHEN 'DELETE' THEN OLD.statement_id ELSE NEW.statement_id END
) THEN
    RAISE EXCEPTION 'the lines of an approved statement stay as they are'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'statement_line_frozen';
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
RETURN NEW;
