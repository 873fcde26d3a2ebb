// Live predictions from the command line. Thread: main's.
#pragma once

#include "cli/session.hpp"

#include <string>
#include <vector>

namespace kontor::cli {

struct PredictOrder {
    std::string country;
    std::string file;  // NDJSON; "-" is standard input; empty: one item of what follows
    std::string text;
    std::string column = "title";     // that the text goes into
    std::vector<std::string> values;  // name=value
    int top = 3;
    bool explain = false;
    bool lenient = false;
};
// Portion by portion; a fault of one ends it with a sentence.
int predict_items(Session& session, const PredictOrder& order);

struct ExportOrder {
    std::string model;  // its id, or a country
    std::string to;     // a folder, or a .tar; of a card: a file, may be empty
};
int export_model(Session& session, const ExportOrder& order);
// Of a model or of the one in force: to a file (HTML, or JSON when its name says so), or as the session prints JSON.
int model_card(Session& session, const ExportOrder& order);

}  // namespace kontor::cli
