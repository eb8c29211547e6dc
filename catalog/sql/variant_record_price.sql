IF TG_OP = 'UPDATE' AND OLD.price = NEW.price
    AND OLD.list_price = NEW.list_price THEN
    RETURN NULL;
END IF;
SELECT GREATEST(clock_timestamp(), MAX(lower(period))) INTO now_at
FROM catalog_pricehistory
WHERE variant_id = NEW.id AND upper_inf(period);
now_at = COALESCE(now_at, clock_timestamp());
UPDATE catalog_pricehistory
SET period = tstzrange(lower(period), now_at)
WHERE variant_id = NEW.id AND upper_inf(period);
INSERT INTO catalog_pricehistory (variant_id, price, list_price, period)
VALUES (NEW.id, NEW.price, NEW.list_price, tstzrange(now_at, NULL));
RETURN NULL;
