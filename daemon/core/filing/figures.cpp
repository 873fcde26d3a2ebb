#include "core/filing/figures.hpp"

#include <map>

namespace kontor::core::filing {
namespace {

constexpr std::int64_t scale = 1000;
constexpr std::size_t decimals = 3;

// 12, not 12.0.
Json as_number(std::int64_t thousandths) {
    return thousandths % scale == 0 ? Json(thousandths / scale) : Json(static_cast<double>(thousandths) / static_cast<double>(scale));
}

}  // namespace

Amount& Amount::operator+=(const Amount& more) {
    items += more.items;
    units_milli += more.units_milli;
    grams += more.grams;
    return *this;
}

JsonObject to_json(const Amount& amount) {
    return {{"items", amount.items}, {"units", as_number(amount.units_milli)}, {"weight_kg", as_number(amount.grams)}};
}

std::string decimal_fixed(std::int64_t thousandths) {
    const bool negative = thousandths < 0;
    const auto size = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(thousandths) : static_cast<std::uint64_t>(thousandths);
    std::string fraction = std::to_string(size % scale);
    fraction.insert(0, decimals - fraction.size(), '0');
    return (negative ? "-" : "") + std::to_string(size / scale) + "." + fraction;
}

std::string decimal(std::int64_t thousandths) {
    std::string text = decimal_fixed(thousandths);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
        text.pop_back();
    }
    return text;
}

Amount Figures::difference() const { return sold - (classified + reviewed + excluded + waiting + unresolved + quarantined); }

Figures reconcile(Counted counted, const std::vector<Reviewed>& reviewed) {
    Figures figures;
    figures.sold = counted.sold;
    figures.quarantined.items = counted.quarantined;
    figures.run_balanced = counted.balanced;
    std::map<std::string, Line> lines;
    for (Line& line : counted.classified) {
        figures.classified += line.all;
        Line& kept = lines[line.code];
        kept.code = line.code;
        kept.all += line.all;
    }
    for (const Reviewed& part : reviewed) {
        switch (part.fate) {
            case Fate::Waiting: figures.waiting += part.amount; break;
            case Fate::Unresolved: figures.unresolved += part.amount; break;
            case Fate::Excluded: figures.excluded += part.amount; break;
            case Fate::Code: {
                figures.reviewed += part.amount;
                Line& line = lines[part.code];
                line.code = part.code;
                line.all += part.amount;
                line.reviewed += part.amount;
                break;
            }
        }
    }
    for (auto& [code, line] : lines) {
        figures.lines.push_back(std::move(line));
    }
    return figures;
}

JsonObject to_json(const Figures& figures) {
    return {
        {"sold", to_json(figures.sold)},
        {"classified", to_json(figures.classified)},
        {"reviewed", to_json(figures.reviewed)},
        {"excluded", to_json(figures.excluded)},
        {"waiting", to_json(figures.waiting)},
        {"unresolved", to_json(figures.unresolved)},
        {"quarantined", to_json(figures.quarantined)},
        {"difference", to_json(figures.difference())},
        {"balanced", figures.balanced()}};
}

std::vector<Change> changes(const std::vector<Line>& before, const std::vector<Line>& after) {
    std::vector<Change> changed;
    auto old = before.begin();
    auto now = after.begin();
    while (old != before.end() || now != after.end()) {
        const bool gone = now == after.end() || (old != before.end() && old->code < now->code);
        const bool come = old == before.end() || (now != after.end() && now->code < old->code);
        const Amount was = come ? Amount{} : old->all;
        const Amount is = gone ? Amount{} : now->all;
        if (!(was == is)) {
            changed.push_back({gone ? old->code : now->code, was, is});
        }
        old += come ? 0 : 1;
        now += gone ? 0 : 1;
    }
    return changed;
}

}  // namespace kontor::core::filing
