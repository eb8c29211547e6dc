UPDATE payments_payment SET
    captured = captured
        + CASE NEW.kind WHEN 'capture' THEN NEW.amount ELSE 0 END,
    refunded = refunded
        + CASE NEW.kind WHEN 'refund' THEN NEW.amount
            WHEN 'refund_reversal' THEN -NEW.amount ELSE 0 END,
    charged_back = charged_back
        + CASE NEW.kind WHEN 'chargeback' THEN NEW.amount
            WHEN 'chargeback_reversal' THEN -NEW.amount ELSE 0 END
WHERE id = NEW.payment_id;
RETURN NULL;
