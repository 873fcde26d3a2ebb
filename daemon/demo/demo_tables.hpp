// The demo's tables: landing tables as retailers have them, every column a text, no constraint that a bad row would meet.
#pragma once

#include <string_view>

namespace kontor::demo {

inline constexpr std::string_view create_tables = R"(
drop table if exists labelled_item, sold_item, code_list, demo_load;
create table labelled_item (
    item_id text, country text, title text, description text, brand text, price text, currency text,
    weight_kg text, voltage text, battery text, wattage text, code text
);
create table sold_item (
    item_id text, country text, period text, title text, description text, brand text, price text, currency text,
    weight_kg text, voltage text, battery text, wattage text, units text
);
create table code_list (
    country text not null, code text not null, title text not null,
    effective_from date not null, effective_to date,
    primary key (country, code, effective_from)
);
create table demo_load (
    options text not null, labelled bigint not null, sold bigint not null, codes bigint not null, loaded_at timestamptz not null default now()
);
)";

inline constexpr std::string_view create_indexes = R"(
create index sold_item_country_period on sold_item (country, period);
create index labelled_item_country on labelled_item (country);
)";

}  // namespace kontor::demo
