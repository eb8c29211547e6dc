(SELECT product_id, id, rating, status FROM written
 EXCEPT SELECT product_id, id, rating, status FROM gone)
UNION ALL
(SELECT product_id, id, rating, status FROM gone
 EXCEPT SELECT product_id, id, rating, status FROM written)
