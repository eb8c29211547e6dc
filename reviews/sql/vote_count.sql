IF TG_OP <> 'INSERT' THEN
    UPDATE reviews_review SET helpful_count = helpful_count - 1
    WHERE id = OLD.review_id;
END IF;
IF TG_OP <> 'DELETE' THEN
    UPDATE reviews_review SET helpful_count = helpful_count + 1
    WHERE id = NEW.review_id;
END IF;
RETURN NULL;
