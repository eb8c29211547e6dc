IF NOT EXISTS (SELECT FROM invoicing_fiscaldocument
    WHERE series_id = NEW.id AND sequence = NEW.last_number)
THEN
    RAISE EXCEPTION 'number % of the series has no document', NEW.last_number
        USING ERRCODE = 'check_violation', CONSTRAINT = 'series_without_gaps';
END IF;
RETURN NULL;
