// `kontor demo`: makes data, runs one campaign (train, evaluate, infer in 38 countries) on the real daemon, shows it.
#pragma once

#include "app/serve.hpp"

namespace kontor::app {

struct DemoRequest {
    Overrides overrides;
    std::int64_t items = 0;  // in all, spread over the countries; 0: the default
    bool exit_at_end = false;
};
// With exit_at_end: 0 only if every country got its predictions. Otherwise it serves until a signal.
int demo(const DemoRequest& request, const std::string& version);

struct DemoDataRequest {
    std::int64_t items = 0;  // in all, spread over the countries; 0: the default
    std::uint64_t seed = 1;
    std::string period;        // YYYY-MM, the month of the sold items; empty: the current one
    std::string database_url;  // empty: the warehouse of the data folder's embedded cluster, which no daemon may be using
    std::optional<std::string> data_folder;
};
int demo_data(const DemoDataRequest& request);

}  // namespace kontor::app
