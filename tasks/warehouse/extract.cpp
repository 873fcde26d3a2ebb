#include "tasks/warehouse/extract.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <set>
#include <variant>

#include "tasks/warehouse/connection.hpp"
#include "tasks/warehouse/placeholders.hpp"
#include "tasks/warehouse/query_source.hpp"
#include "tasks/warehouse/split.hpp"

namespace kontor::tasks::warehouse {
namespace {

using sdk::FailureClass;
using sdk::Json;
using sdk::JsonArray;
using sdk::JsonObject;
using sdk::TaskContext;
using sdk::TaskFailure;

// Progress is shown every 500 ms at most; asking the clock's owner more often than this only costs.
constexpr std::int64_t rows_between_reports = 20'000;
constexpr std::int64_t rows_between_stop_points = 1'024;

struct Request {
    std::string warehouse;
    std::string url;
    std::string query_name;  // the file, or "with.sql"
    std::string source;
    JsonObject params;
    std::string split_by;
    std::string scope;
    std::string name;
};

[[noreturn]] void wrong(const std::string& sentence) { throw TaskFailure(FailureClass::Config, sentence); }

Request request_of(const TaskContext& context) {
    const JsonObject& input = context.input();
    Request request;
    request.warehouse = sdk::text_input_or(input, "warehouse", "default");
    request.split_by = sdk::text_input_or(input, "split_by", "");
    request.scope = sdk::text_input_or(input, "scope", "raw");
    request.name = sdk::text_input_or(input, "name", "rows");
    const bool has_file = sdk::optional_input(input, "query") != nullptr;
    if (has_file == (sdk::optional_input(input, "sql") != nullptr)) {
        wrong("give either with.query (a file) or with.sql (the text), and only one of them");
    }
    if (const Json* params = sdk::optional_input(input, "params")) {
        if (!params->is_object()) {
            wrong("with.params must be an object of names and values");
        }
        request.params = params->get_object();
    }
    if (has_file) {
        request.query_name = sdk::text_input(input, "query");
        const auto folder = context.setting("folder.workflows");
        if (!folder) {
            wrong("the setting folder.workflows is missing: query files are read from there");
        }
        request.source = read_query(*folder, request.query_name);
    } else {
        request.query_name = "with.sql";
        request.source = sdk::text_input(input, "sql");
    }
    const auto url = context.setting("warehouse." + request.warehouse);
    if (!url) {
        wrong("there is no warehouse '" + request.warehouse + "': put its connection URL into the setting warehouse." +
              request.warehouse + ", or mend with.warehouse");
    }
    request.url = *url;
    return request;
}

// The server's sentence with the place in the file that a person must mend.
Connection::Explain explain_with(const Request& request, const BoundQuery& bound, std::size_t offset_in_statement) {
    return [&request, &bound, offset_in_statement](const ServerError& error) {
        std::string text = "the query " + request.query_name + " fails in the warehouse '" + request.warehouse + "'";
        if (error.position > 0) {
            const int shift = static_cast<int>(offset_in_statement);
            const std::size_t byte = byte_of_character(bound.sql, std::max(1, error.position - shift));
            text += " at " + place_of(request.source, source_byte(bound, byte));
        }
        text += ": " + error.message;
        text += error.detail.empty() ? "" : ". " + error.detail;
        text += error.hint.empty() ? "" : " " + error.hint;
        return text + " (" + error.sqlstate + ")";
    };
}

void check_columns(const Request& request, const std::vector<std::string>& columns) {
    if (columns.empty()) {
        wrong("the query " + request.query_name + " gives no columns: write a SELECT");
    }
    std::set<std::string> seen;
    for (const std::string& column : columns) {
        if (!seen.insert(column).second) {
            wrong("the query " + request.query_name + " gives the column '" + column + "' twice: rename one with AS");
        }
    }
    if (!request.split_by.empty() && !seen.contains(request.split_by)) {
        std::string all;
        for (const std::string& column : columns) {
            all += (all.empty() ? "" : ", ") + column;
        }
        wrong("the query " + request.query_name + " gives no column '" + request.split_by + "' to split by; it gives " + all);
    }
}

// What the planner expects, for the progress bar only; 0 when the server does not tell.
std::int64_t expected_rows(Connection& connection, const std::string& sql) {
    const std::string plan = connection.try_value("EXPLAIN (FORMAT JSON) " + sql);
    boost::system::error_code error;
    const Json parsed = boost::json::parse(plan, error);
    if (error) {
        return 0;
    }
    boost::system::error_code absent;
    const Json* rows = parsed.find_pointer("/0/Plan/Plan Rows", absent);
    return rows != nullptr && rows->is_int64() ? rows->get_int64() : 0;
}

class Progress {
 public:
    Progress(TaskContext& context, std::int64_t expected) : context_(context), expected_(expected) {}
    void count_row() {
        ++rows_;
        if (rows_ % rows_between_stop_points == 0) {
            context_.stop_point();
        }
        if (rows_ % rows_between_reports == 0) {
            const double share = expected_ <= 0 ? 0.5 : static_cast<double>(rows_) / static_cast<double>(expected_);
            context_.progress(std::min(share, 0.99), std::to_string(rows_) + " rows");
        }
    }
    std::int64_t rows() const { return rows_; }

 private:
    TaskContext& context_;
    std::int64_t expected_;
    std::int64_t rows_ = 0;
};

Json dataset_json(const WrittenObject& written) {
    return JsonObject{{"object", sdk::to_json(written.object)}, {"rows", written.rows}};
}

sdk::DatasetRegistered registered(const Request& request, const std::string& country, const WrittenObject& written) {
    return {country, "raw", written.object, written.rows, 0,
            JsonObject{{"warehouse", request.warehouse}, {"query", request.query_name}, {"name", request.name}}};
}

sdk::Succeeded split_outcome(TaskContext& context, const Request& request, SplitResult split, std::int64_t rows) {
    sdk::Succeeded outcome;
    JsonArray countries;
    JsonObject datasets;
    for (const auto& [country, written] : split.countries) {
        countries.emplace_back(country);
        datasets[country] = dataset_json(written);
        outcome.effects.emplace_back(registered(request, country, written));
    }
    JsonObject reasons;
    for (const auto& [reason, count] : split.reasons) {
        reasons[reason] = count;
    }
    JsonObject outputs{{"countries", std::move(countries)}, {"datasets", std::move(datasets)}, {"rows", rows}};
    Json quarantine = nullptr;
    if (split.quarantine.rows > 0) {
        quarantine = JsonObject{{"object", sdk::to_json(split.quarantine.object)},
                                {"rows", split.quarantine.rows},
                                {"reasons", std::move(reasons)}};
        context.log(sdk::LogLevel::Warn, std::to_string(split.quarantine.rows) + " rows without a usable country are in quarantine");
    }
    outputs["quarantine"] = std::move(quarantine);
    outcome.outputs = std::move(outputs);
    return outcome;
}

sdk::Succeeded extract_split(TaskContext& context, const Request& request, const std::vector<std::string>& columns,
                             Connection& connection, const Connection::Explain& explain, Progress& progress) {
    const auto country = std::find(columns.begin(), columns.end(), request.split_by);
    CountrySplit split(context.objects(),
                       {request.scope, request.name, columns, static_cast<std::size_t>(country - columns.begin())});
    for (std::string_view row; connection.next_row(row, explain);) {
        split.add(row);
        progress.count_row();
    }
    connection.execute("COMMIT");
    return split_outcome(context, request, split.commit(), progress.rows());
}

sdk::Succeeded extract_whole(TaskContext& context, const Request& request, const std::vector<std::string>& columns,
                             Connection& connection, const Connection::Explain& explain, Progress& progress) {
    const std::string& own = context.identity().country;
    const std::string country = own.empty() ? "all" : own;
    const auto writer = open_csv(context.objects(), request.scope, country, request.name, columns);
    for (std::string_view row; connection.next_row(row, explain);) {
        // NULL as the only column is an empty line, which readers pass over; as "" it stays a row.
        writer->encoded_rows(row == "\n" ? std::string_view("\"\"\n") : row, 1);
        progress.count_row();
    }
    connection.execute("COMMIT");
    const WrittenObject written{writer->commit(), progress.rows()};
    sdk::Succeeded outcome;
    outcome.outputs = JsonObject{{"dataset", dataset_json(written)}, {"rows", written.rows}};
    outcome.effects.emplace_back(registered(request, country, written));
    return outcome;
}

}  // namespace

sdk::Outcome Extract::run(TaskContext& context) {
    const Request request = request_of(context);
    context.progress(0.0, "connecting to the warehouse '" + request.warehouse + "'");
    Connection connection(request.url, request.warehouse, context.stop());
    connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");

    const BoundQuery bound =
        bind_placeholders(request.source, request.params, [&](std::string_view text) { return connection.quote(text); });
    for (const std::string& name : bound.unused) {
        context.log(sdk::LogLevel::Warn, "with.params." + name + " is given but :" + name + " does not stand in the query");
    }
    const std::vector<std::string> columns = connection.columns_of(bound.sql, explain_with(request, bound, 0));
    check_columns(request, columns);

    Progress progress(context, expected_rows(connection, bound.sql));
    context.progress(0.0, "waiting for the first row");
    connection.execute("BEGIN TRANSACTION READ ONLY");
    // The line break keeps a comment at the query's end from swallowing the parenthesis.
    const std::string prefix = "COPY (";
    const Connection::Explain explain = explain_with(request, bound, prefix.size());
    connection.start_copy_out(prefix + bound.sql + "\n) TO STDOUT WITH (FORMAT csv)", explain);
    sdk::Succeeded outcome = request.split_by.empty()
                                 ? extract_whole(context, request, columns, connection, explain, progress)
                                 : extract_split(context, request, columns, connection, explain, progress);
    context.progress(1.0, std::to_string(progress.rows()) + " rows");
    context.log(sdk::LogLevel::Info, "extracted " + std::to_string(progress.rows()) + " rows with " + request.query_name);
    return outcome;
}

}  // namespace kontor::tasks::warehouse
