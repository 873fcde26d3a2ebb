#include "tasks/warehouse/split.hpp"

#include "tasks/csv/data_file.hpp"
#include "tasks/warehouse/csv_field.hpp"

namespace kontor::tasks::warehouse {
namespace {

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_country(std::string_view text) { return text.size() == 2 && is_capital(text[0]) && is_capital(text[1]); }

constexpr std::string_view reason_column = "reason";

}  // namespace

std::unique_ptr<csv::Writer> open_csv(
    sdk::Objects& objects, std::string_view scope, std::string_view country, const std::string& name,
    const std::vector<std::string>& columns
) {
    auto writer = std::make_unique<csv::Writer>(csv::create_rows(objects, scope, country, name));
    writer->header(columns);
    return writer;
}

CountrySplit::CountrySplit(sdk::Objects& objects, SplitOptions options) : objects_(objects), options_(std::move(options)) {}

void CountrySplit::add(std::string_view row) {
    ++rows_;
    const std::string_view country = csv_field(row, options_.country_column, scratch_);
    if (is_country(country)) {
        writer_of(country).encoded_rows(row, 1);
    } else {
        quarantine(row, country);
    }
}

csv::Writer& CountrySplit::writer_of(std::string_view country) {
    const auto index = static_cast<std::size_t>((country[0] - 'A') * 26 + (country[1] - 'A'));
    std::unique_ptr<csv::Writer>& writer = writers_[index];
    if (writer == nullptr) {
        if (++open_ > countries_max) {
            throw sdk::TaskFailure(sdk::FailureClass::Data,
                                   "the query gives more than " + std::to_string(countries_max) + " countries: column " +
                                       options_.columns[options_.country_column] + " does not hold ISO 3166 codes");
        }
        writer = open_csv(objects_, options_.scope, country, options_.name, options_.columns);
    }
    return *writer;
}

void CountrySplit::quarantine(std::string_view row, std::string_view country) {
    if (quarantine_ == nullptr) {
        std::vector<std::string> columns{std::string(reason_column)};
        columns.insert(columns.end(), options_.columns.begin(), options_.columns.end());
        quarantine_ = open_csv(objects_, "quarantine", "all", options_.name, columns);
    }
    // Words, not the values themselves: there may be as many of those as rows.
    const std::string reason = country.empty() ? "country_missing" : "country_not_iso";
    ++reasons_[reason];
    quarantine_->encoded_rows(reason + "," + std::string(row), 1);
}

SplitResult CountrySplit::commit() {
    SplitResult result;
    for (std::size_t i = 0; i < writers_.size(); ++i) {
        if (writers_[i] != nullptr) {
            const std::string country{static_cast<char>('A' + i / 26), static_cast<char>('A' + i % 26)};
            const std::int64_t rows = writers_[i]->rows();
            result.countries[country] = WrittenObject{writers_[i]->commit(), rows};
            writers_[i].reset();
        }
    }
    if (quarantine_ != nullptr) {
        const std::int64_t rows = quarantine_->rows();
        result.quarantine = WrittenObject{quarantine_->commit(), rows};
        quarantine_.reset();
    }
    result.reasons = reasons_;
    return result;
}

}  // namespace kontor::tasks::warehouse
