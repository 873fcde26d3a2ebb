// Writes rows, as the warehouse sends them, to one compressed CSV object per country. Memory: one writer per country,
// at most `countries_max` of them, however many rows come. Thread: the task's own. Owner: the extraction.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tasks/csv/writer.hpp"
#include "tasks/sdk/task.hpp"

namespace kontor::tasks::warehouse {

// ISO 3166 assigns 249 codes; each open country costs its writer's buffers.
inline constexpr std::size_t countries_max = 260;

struct SplitOptions {
    std::string scope;
    std::string name;
    std::vector<std::string> columns;
    std::size_t country_column = 0;
};

struct WrittenObject {
    sdk::ObjectRef object;
    std::int64_t rows = 0;
};

struct SplitResult {
    std::map<std::string, WrittenObject> countries;
    WrittenObject quarantine;                    // rows == 0: no object
    std::map<std::string, std::int64_t> reasons;  // of the quarantined rows
};

class CountrySplit {
 public:
    CountrySplit(sdk::Objects& objects, SplitOptions options);
    // `row` is one CSV row with its line break.
    // Errors: TaskFailure(Data) beyond countries_max; what the objects throw.
    void add(std::string_view row);
    std::int64_t rows() const { return rows_; }
    // Ensures: every object is stored. Nothing may be added afterwards.
    SplitResult commit();

 private:
    csv::Writer& writer_of(std::string_view country);
    void quarantine(std::string_view row, std::string_view country);

    sdk::Objects& objects_;
    SplitOptions options_;
    std::array<std::unique_ptr<csv::Writer>, 26 * 26> writers_;
    std::size_t open_ = 0;
    std::unique_ptr<csv::Writer> quarantine_;
    std::map<std::string, std::int64_t> reasons_;
    std::string scratch_;
    std::int64_t rows_ = 0;
};

// A writer of compressed CSV with its header written.
std::unique_ptr<csv::Writer> open_csv(
    sdk::Objects& objects, std::string_view scope, std::string_view country, const std::string& name,
    const std::vector<std::string>& columns
);

}  // namespace kontor::tasks::warehouse
