// The routes as data. What a request may do is decided on the route object that matched, never on
// the path's text. Thread: any; constant.
#pragma once

#include "base/json.hpp"
#include "engine/api.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::http {

// The zero value denies: a route added without a word about access wants a token.
enum class Access { Token, Public };

// What the server itself knows and status and metrics show.
struct ServerFacts {
    std::string version;
    std::string database;  // "embedded" or "external"
    Instant started_at;
};

struct Call {
    const Request& request;
    const std::map<std::string, std::string, std::less<>>& path;  // checked: see PathPart
    engine::Api& api;
    const ServerFacts& facts;

    // Requires: the route's pattern names the parameter and the router took it for a number.
    std::int64_t id(std::string_view name) const;
    const std::string& text(std::string_view name) const { return path.find(name)->second; }
};

using Handler = Response (*)(const Call&);

// How a route is served: by its handler on a worker, or by the session on the io thread (it holds
// the connection, or answers from memory and must answer even when all workers are busy).
enum class Kind { Worker, Health, Ready, Metrics, OpenApi, Stream };

// The document types that a body may have.
enum class BodyType { None, Json, CloudEvent, Yaml };

struct Route {
    Method method = Method::Get;
    std::string_view pattern;  // "/v1/runs/{id}": as in openapi.yaml
    Handler handler = nullptr;
    BodyType body = BodyType::None;
    Access access = Access::Token;
    Kind kind = Kind::Worker;
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;                          // nullptr: no such route
    std::map<std::string, std::string, std::less<>> path;  // the parameters by name
    std::vector<Method> allowed;                           // when only the method does not fit
    bool path_known() const { return route != nullptr || !allowed.empty(); }
};

// HEAD finds the GET route. A parameter that does not have its type's form matches nothing:
// {id} a positive int64; {country} two capital letters; {name}, {workflow}, {trigger} a name;
// {correlation} up to 200 bytes of text.
Match match(Method method, const std::vector<std::string>& segments);

// [A-Za-z0-9][A-Za-z0-9_.-]*, 100 bytes at most.
bool is_name(std::string_view text);
bool is_country(std::string_view text);
bool is_id(std::string_view text);
// Neither empty nor over `bytes_max`, no control characters.
bool is_plain_text(std::string_view text, std::size_t bytes_max);
inline constexpr std::size_t correlation_bytes_max = 200;

}  // namespace kontor::http
