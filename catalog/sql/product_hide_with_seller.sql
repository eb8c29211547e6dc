IF EXISTS (
    SELECT 1 FROM accounts_seller
    WHERE id = NEW.seller_id AND status = 'suspended'
) THEN
    NEW.is_active = FALSE;
    NEW.waits_for_seller = TRUE;
END IF;
RETURN NEW;
