SELECT * INTO series FROM invoicing_series WHERE id = NEW.series_id;
IF (NEW.kind, NEW.sequence, NEW.number) IS DISTINCT FROM (
    series.kind, series.last_number,
    series.code || '-' || lpad(NEW.sequence::text, 8, '0')
) THEN
    RAISE EXCEPTION 'the number is not the next of the series'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'fiscal_number_next';
END IF;
RETURN NEW;
