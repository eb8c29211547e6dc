CREATE SEQUENCE order_number;
CREATE SEQUENCE payment_number;
