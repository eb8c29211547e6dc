-- The payment methods that a collection names are the shop's: no foreign key can say so of an array.
CREATE FUNCTION collection_payment_methods_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM payments_paymentmethod WHERE code = ANY (NEW.payment_methods)
        ORDER BY id FOR KEY SHARE;
    IF NOT NEW.payment_methods <@ ARRAY(SELECT code::varchar FROM payments_paymentmethod) THEN
        RAISE EXCEPTION 'the shop has not all of these ways to pay: %', NEW.payment_methods
            USING ERRCODE = 'check_violation', CONSTRAINT = 'collection_payment_methods_known';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER collection_payment_methods_known
    BEFORE INSERT OR UPDATE OF payment_methods ON catalog_collection
    FOR EACH ROW WHEN (NEW.payment_methods <> '{}')
    EXECUTE FUNCTION collection_payment_methods_known();

-- Runs after the row has changed, so that the new code is known.
CREATE FUNCTION payment_method_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE catalog_collection
        SET payment_methods = array_replace(payment_methods, OLD.code, NEW.code)
        WHERE OLD.code = ANY (payment_methods);
    ELSIF EXISTS (SELECT 1 FROM catalog_collection WHERE OLD.code = ANY (payment_methods)) THEN
        RAISE EXCEPTION 'collections name the way to pay %', OLD.code
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payment_method_named';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payment_method_renamed AFTER UPDATE OF code ON payments_paymentmethod
    FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION payment_method_named();
CREATE TRIGGER payment_method_named AFTER DELETE ON payments_paymentmethod
    FOR EACH ROW EXECUTE FUNCTION payment_method_named();
