WITH RECURSIVE below (id) AS (
    SELECT NEW.id
    UNION
    SELECT c.id FROM catalog_category c JOIN below b ON c.parent_id = b.id
)
SELECT p.id FROM catalog_product p JOIN below b ON b.id = p.category_id
