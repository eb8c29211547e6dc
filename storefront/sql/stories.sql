CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_story
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('home');

CREATE TRIGGER change_pages AFTER INSERT OR DELETE OR UPDATE ON storefront_hotspot
    FOR EACH ROW EXECUTE FUNCTION pagecache_note_change('home');

SELECT audit_watch('storefront_story', 'title');
