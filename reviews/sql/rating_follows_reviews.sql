SELECT ROUND(AVG(rating), 2), COUNT(*) INTO average, number
FROM reviews_review WHERE product_id = NEW.id AND status = 'approved';
IF number > 0 THEN
    NEW.rating_average := average;
    NEW.rating_count := number;
END IF;
RETURN NEW;
