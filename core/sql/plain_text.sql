-- unaccent() is only STABLE; an index needs an IMMUTABLE function, which this is for a fixed dictionary.
CREATE FUNCTION plain_text(text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1));
