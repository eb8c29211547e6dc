CREATE TEXT SEARCH CONFIGURATION store_es (COPY = spanish);
ALTER TEXT SEARCH CONFIGURATION store_es
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
CREATE TEXT SEARCH CONFIGURATION store_en (COPY = english);
ALTER TEXT SEARCH CONFIGURATION store_en
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
