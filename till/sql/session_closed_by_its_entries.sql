IF NEW.expected <> NEW.opening + COALESCE((
    SELECT SUM(CASE WHEN kind = 'out' THEN -amount ELSE amount END)
    FROM till_entry
    WHERE session_id = NEW.id AND way = 'cash'
), 0) THEN
    RAISE EXCEPTION 'the entries of session % come to another sum', NEW.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'till_session_adds_up';
END IF;
RETURN NEW;
