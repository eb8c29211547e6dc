CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE OF
    product_id, name, language, text, status, answer
    ON reviews_productquestion
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change(
        'product=product_id', 'opinions=product_id'
    );

-- That somebody asks is written, never what, nor who.
SELECT audit_watch(
    'reviews_productquestion',
    $$SELECT name FROM catalog_product WHERE id = ($1 ->> 'product_id')::uuid$$,
    ignored => 'told_at',
    secret => 'text name email user_id',
    inserts => 'bare'
);

-- What a review says of the fit is on the product's page too.
DROP TRIGGER change_pages ON reviews_review;
CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE OF
    product_id, rating, title, comment, fit, status, is_verified, answer, answered_at, user_id
    ON reviews_review
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change(
        'product=product_id', 'opinions=product_id'
    );
