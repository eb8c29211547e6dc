SELECT base_price + NEW.price_modifier INTO NEW.list_price
FROM catalog_product WHERE id = NEW.product_id;
NEW.price = COALESCE(NEW.sale_price, NEW.list_price);
RETURN NEW;
