IF EXISTS (SELECT 1 FROM till_session WHERE id = NEW.session_id AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the session % is closed', NEW.session_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'till_entry_of_open_session';
END IF;
RETURN NEW;
