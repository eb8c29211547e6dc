UPDATE payments_storecredit SET balance = balance + NEW.amount
WHERE id = NEW.credit_id;
RETURN NULL;
