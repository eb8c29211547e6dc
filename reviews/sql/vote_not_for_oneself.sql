IF EXISTS (SELECT FROM reviews_review
           WHERE id = NEW.review_id AND user_id = NEW.user_id) THEN
    RAISE EXCEPTION 'Nobody votes for his own review'
        USING ERRCODE = 'check_violation',
              CONSTRAINT = 'helpful_vote_not_own';
END IF;
RETURN NEW;
