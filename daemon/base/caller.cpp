#include "base/caller.hpp"

#include <algorithm>
#include <iterator>

#include "base/check.hpp"

namespace kontor {

std::string_view to_string(Role role) {
    switch (role) {
        case Role::None: return "none";
        case Role::Viewer: return "viewer";
        case Role::Operator: return "operator";
        case Role::Reviewer: return "reviewer";
        case Role::Admin: return "admin";
    }
    KONTOR_UNREACHABLE();
}

std::optional<Role> role_from_text(std::string_view text) {
    for (const Role role : {Role::Viewer, Role::Operator, Role::Reviewer, Role::Admin}) {
        if (to_string(role) == text) {
            return role;
        }
    }
    return std::nullopt;
}

Countries Countries::all() {
    Countries countries;
    countries.all_ = true;
    return countries;
}

Countries Countries::of(std::vector<std::string> list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    Countries countries;
    countries.list_ = std::move(list);
    return countries;
}

bool Countries::contains(std::string_view country) const {
    return all_ || std::binary_search(list_.begin(), list_.end(), country);
}

bool Countries::contain_all_of(const std::vector<std::string>& list) const {
    return std::all_of(list.begin(), list.end(), [this](const std::string& each) { return contains(each); });
}

Countries Countries::common_with(const Countries& others) const {
    if (all_ || others.all_) {
        return all_ ? others : *this;
    }
    Countries common;
    std::set_intersection(list_.begin(), list_.end(), others.list_.begin(), others.list_.end(), std::back_inserter(common.list_));
    return common;
}

std::optional<std::string> Countries::filter() const {
    if (all_) {
        return std::nullopt;
    }
    std::string text;
    for (const std::string& each : list_) {
        text += (text.empty() ? "" : ",") + each;
    }
    return text;
}

Caller Caller::house(std::string name) { return {std::move(name), Role::Admin, Countries::all(), 0}; }

}  // namespace kontor
