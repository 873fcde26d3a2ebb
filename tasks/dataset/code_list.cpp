#include "tasks/dataset/code_list.hpp"

#include "tasks/ml/digest.hpp"
#include "tasks/ml/table.hpp"
#include "tasks/ml/unicode.hpp"

namespace kontor::tasks::dataset {

CodeList::CodeList(csv::Reader reader, csv::Writer& copy) {
    std::array<int, columns.size()> places{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
        places[i] = reader.column(columns[i]);
    }
    const int column = places[0];
    if (column < 0) {
        throw sdk::TaskFailure(sdk::FailureClass::Config, "with.codes has no column \"code\": its columns are code, title, effective_from, effective_to");
    }
    copy.header(columns);
    csv::Row row;
    std::string lower;
    while (reader.next(row)) {
        const std::string_view code =
            row.fault() == csv::RowFault::None ? ml::trimmed(row[static_cast<std::size_t>(column)]) : std::string_view();
        if (code.empty()) {
            throw sdk::TaskFailure(
                sdk::FailureClass::Data, "with.codes, row " + std::to_string(row.number()) + ", holds no code: mend the list"
            );
        }
        codes_.emplace(code);
        copy.field(code);
        for (std::size_t i = 1; i < places.size(); ++i) {
            copy.field(places[i] < 0 ? std::string_view() : row[static_cast<std::size_t>(places[i])]);
        }
        copy.end_row();
        ml::to_lower(code, lower);
        const auto [known, is_new] = by_lower_case_.emplace(lower, code);
        if (!is_new && known->second != code) {
            // Two codes that differ in case alone: neither may be guessed.
            known->second.clear();
        }
    }
    if (codes_.empty()) {
        throw sdk::TaskFailure(sdk::FailureClass::Data, "with.codes is empty: no label could be right");
    }
}

std::string CodeList::digest() const {
    std::string all;
    for (const std::string& code : codes_) {
        all += code;
        all += '\n';
    }
    return ml::sha256_hex(all);
}

std::string_view CodeList::find(std::string_view code) const {
    if (const auto exact = codes_.find(code); exact != codes_.end()) {
        return *exact;
    }
    std::string lower;
    ml::to_lower(code, lower);
    const auto similar = by_lower_case_.find(lower);
    return similar == by_lower_case_.end() ? std::string_view() : std::string_view(similar->second);
}

}  // namespace kontor::tasks::dataset
