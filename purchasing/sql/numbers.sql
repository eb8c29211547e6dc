CREATE SEQUENCE purchase_number;
