// What a reader of a model must know, as JSON and as one HTML page without anything from elsewhere.
// In the order that Mitchell and others propose (Model Cards for Model Reporting, 2019): the model, its use, what it learned from,
// how it was judged, by code too, and what to beware of.
// Thread: pure.
#pragma once

#include <string>

#include "base/json.hpp"

namespace kontor::http {

// A code with fewer held-out rows is named among what to beware of: its figures are chance.
inline constexpr std::int64_t card_rows_few = 10;

// `facts` as the query model_card gives them; `judged.counts` become `codes`: rows, predicted, right, precision, recall and f1 of each
// (null where nothing can be divided), and `beware` is added: sentences.
JsonObject model_card(const Json& facts);
// Requires: what model_card() gives. Every text of it is escaped.
std::string card_page(const JsonObject& card);

}  // namespace kontor::http
