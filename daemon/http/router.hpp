// The routes as data. What a request may do is decided on the route object that matched, never on
// the path's text. Thread: any; constant.
#pragma once

#include "base/json.hpp"
#include "engine/api.hpp"
#include "http/message.hpp"
#include "ports/code_lists.hpp"
#include "ports/doctor.hpp"
#include "ports/workflow_folder.hpp"
#include "ports/retention.hpp"
#include "ports/filing.hpp"
#include "ports/keys.hpp"
#include "ports/prediction_rows.hpp"
#include "ports/predictor.hpp"
#include "ports/quarantine.hpp"
#include "ports/reviews.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

// The least role that a route wants. The zero value lets nobody in.
enum class Access { Denied, Public, Viewer, Operator, Reviewer, Admin };

// How a route's countries are found, and so what a caller with some countries may do there. The zero
// value lets nobody in.
enum class Where {
    Undeclared,
    Nowhere,     // it belongs to no country: whoever has the role
    Everywhere,  // it touches all of them: only who may work for all
    Listed,      // its query takes the caller's countries and gives what lies in them; else 404
    Path,        // {country} in its path; else 404
    Target,      // its handler looks up what the id in its path names; else 404, or 403 for a part
    Body,        // its handler reads them from the body; else 403
};

// What a route must say about access before it is a route.
struct Guard {
    Access least;
    Where where;
    // No default: a route without a declaration does not compile, nor does one that lets nobody in.
    consteval Guard(Access access, Where countries) : least(access), where(countries) {
        if (access == Access::Denied || countries == Where::Undeclared) {
            throw "a route must say who may use it and how its country is found";
        }
    }
};

// What the server itself knows and status and metrics show.
struct ServerFacts {
    std::string version;
    std::string database;  // "embedded" or "external"
    Instant started_at;
};

class AccessKeeper;

struct Route;
struct Call {
    const Request& request;
    const std::map<std::string, std::string, std::less<>>& path;  // checked: see PathPart
    engine::Api& api;
    const ServerFacts& facts;
    const Route& route;
    AccessKeeper& access;
    ports::Keys* keys = nullptr;  // nullptr: this server was given none
    ports::Quarantine* quarantine = nullptr;  // nullptr: this server was given none
    ports::Predictor* predictor = nullptr;    // nullptr: this server was given none
    ports::Reviews* reviews = nullptr;
    ports::Evidence* evidence = nullptr;
    ports::Filing* filing = nullptr;
    ports::CodeLists* code_lists = nullptr;
    ports::Retention* retention = nullptr;
    ports::Doctor* doctor = nullptr;
    ports::WorkflowFolder* folder = nullptr;
    ports::PredictionRows* predictions = nullptr;

    const Caller& by() const { return request.caller; }
    // The caller's countries as a read query's last parameter.
    std::optional<std::string> scope() const { return request.caller.countries.filter(); }
    // Requires: the route's pattern names the parameter and the router took it for a number.
    std::int64_t id(std::string_view name) const;
    const std::string& text(std::string_view name) const { return path.find(name)->second; }
};

using Handler = Response (*)(const Call&);

// How a route is served: by its handler on a worker, or by the session on the io thread (it holds
// the connection, or answers from memory and must answer even when all workers are busy). Live: by its
// handler on threads of its own, because it waits for computing and must not keep others waiting.
// Intake: its body is a stream of any length, taken piece by piece (http/intake.hpp).
enum class Kind { Worker, Live, Intake, Health, Ready, Metrics, OpenApi, Stream };

// The document types that a body may have.
enum class BodyType { None, Json, CloudEvent, Yaml, Ndjson, File };

struct Route {
    Method method = Method::Get;
    std::string_view pattern;  // "/v1/runs/{id}": as in openapi.yaml
    Handler handler = nullptr;
    Guard guard;
    BodyType body = BodyType::None;
    Kind kind = Kind::Worker;
};

constexpr bool is_mutation(Method method) {
    return method != Method::Get && method != Method::Head && method != Method::Options;
}
// "POST /v1/runs"
std::string name_of(const Route& route);

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;                          // nullptr: no such route
    std::map<std::string, std::string, std::less<>> path;  // the parameters by name
    std::vector<Method> allowed;                           // when only the method does not fit
    bool path_known() const { return route != nullptr || !allowed.empty(); }
};

// HEAD finds the GET route. A parameter that does not have its type's form matches nothing:
// {id} a positive int64; {country} two capital letters; {name}, {workflow}, {trigger} a name;
// {correlation} up to 200 bytes of text; {period} YYYY-MM.
Match match(Method method, const std::vector<std::string>& segments);

// [A-Za-z0-9][A-Za-z0-9_.-]*, 100 bytes at most.
bool is_name(std::string_view text);
bool is_country(std::string_view text);
bool is_id(std::string_view text);
// Neither empty nor over `bytes_max`, no control characters.
bool is_plain_text(std::string_view text, std::size_t bytes_max);
inline constexpr std::size_t correlation_bytes_max = 200;

}  // namespace kontor::http
