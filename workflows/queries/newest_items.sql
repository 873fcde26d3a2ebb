-- The newest month of each country that has sold anything: whether its data still come.
-- :countries  texts; empty means all
select country,
       max(period) as newest
from sold_item
where cardinality(:countries) = 0
   or country = any(:countries)
group by country
