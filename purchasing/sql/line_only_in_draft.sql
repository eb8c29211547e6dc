IF EXISTS (
    SELECT FROM purchasing_purchaseorder
    WHERE id IN (OLD.purchase_order_id, NEW.purchase_order_id)
      AND status <> 'draft'
) THEN
    RAISE EXCEPTION 'what has been ordered does not change'
        USING ERRCODE = 'check_violation',
        CONSTRAINT = 'purchase_line_only_in_draft';
END IF;
RETURN COALESCE(NEW, OLD);
