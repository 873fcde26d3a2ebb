#include "live/item_input.hpp"

#include <algorithm>
#include <limits>

#include "base/nearest.hpp"

namespace kontor::live {
namespace {

class Reading {
 public:
    Reading(const ml::Schema& schema, ml::Table& rows, bool lenient) : schema_(schema), rows_(rows), lenient_(lenient) {
        known_.push_back(schema.id);
        for (const auto* columns : {&schema.text, &schema.numeric, &schema.categorical}) {
            known_.insert(known_.end(), columns->begin(), columns->end());
        }
    }

    void item(std::size_t number, const Json& value) {
        at_ = "/items/" + std::to_string(number);
        if (!value.is_object()) {
            fault("", "must be an object: the item's columns by name");
            return;
        }
        item_ = &value.get_object();
        if (!lenient_) {
            check_names();
        }
        rows_.ids.push_back(id(number));
        std::size_t written = 0;
        for (std::size_t i = 0; i < schema_.text.size(); ++i) {
            rows_.text[i].push_back(text(schema_.text[i]));
            written += ml::trimmed(rows_.text[i].back()).empty() ? 0U : 1U;
        }
        if (written == 0 && !schema_.text.empty()) {
            fault("/" + schema_.text.front(), "is empty, and so are the other texts: the model has nothing to go by");
        }
        for (std::size_t i = 0; i < schema_.numeric.size(); ++i) {
            rows_.numeric[i].push_back(number_of(schema_.numeric[i]));
        }
        for (std::size_t i = 0; i < schema_.categorical.size(); ++i) {
            rows_.categorical[i].push_back(text(schema_.categorical[i]));
        }
    }
    std::vector<ErrorDetail> faults() && { return std::move(faults_); }

 private:
    void check_names() {
        for (const auto& entry : *item_) {
            const std::string name(entry.key());
            if (std::find(known_.begin(), known_.end(), name) != known_.end()) {
                continue;
            }
            if (name == schema_.label) {
                fault("/" + name, "is what the model shall say: leave it out");
                continue;
            }
            const std::string meant = suggestion(name, known_);
            fault("/" + name, "is no column of the model" + (meant.empty() ? "" : "; " + meant));
        }
    }
    const Json* find(const std::string& name) const {
        const Json* value = item_->if_contains(name);
        return value == nullptr || value->is_null() ? nullptr : value;
    }
    std::string id(std::size_t number) {
        const Json* value = find(schema_.id);
        if (value != nullptr && value->is_int64()) {
            return std::to_string(value->get_int64());
        }
        if (value != nullptr && !value->is_string()) {
            fault("/" + schema_.id, "must be a text");
        }
        return value == nullptr || !value->is_string() ? std::to_string(number) : std::string(value->get_string());
    }
    std::string text(const std::string& name) {
        const Json* value = find(name);
        if (value == nullptr) {
            return {};
        }
        if (!value->is_string()) {
            fault("/" + name, "must be a text");
            return {};
        }
        return std::string(value->get_string());
    }
    double number_of(const std::string& name) {
        double number = std::numeric_limits<double>::quiet_NaN();
        const Json* value = find(name);
        if (value == nullptr) {
            return number;
        }
        if (value->is_number()) {
            return value->to_number<double>();
        }
        if (!value->is_string() || !ml::parse_number(value->get_string(), number)) {
            fault("/" + name, "must be a number with a decimal point, or null where it is not known");
        }
        return number;
    }
    void fault(const std::string& below, std::string message) {
        if (faults_.size() < faults_max) {
            faults_.push_back({at_ + below, std::move(message)});
        }
    }

    const ml::Schema& schema_;
    ml::Table& rows_;
    bool lenient_;
    std::vector<std::string> known_;
    std::string at_;
    const JsonObject* item_ = nullptr;
    std::vector<ErrorDetail> faults_;
};

}  // namespace

std::vector<ErrorDetail> read_items(const JsonArray& items, const ml::Schema& schema, ml::Table& rows, bool lenient) {
    rows = ml::Table(schema);
    Reading reading(schema, rows, lenient);
    for (std::size_t i = 0; i < items.size(); ++i) {
        reading.item(i, items[i]);
    }
    return std::move(reading).faults();
}

}  // namespace kontor::live
