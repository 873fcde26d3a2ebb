#include "app/daemon.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <random>

#include "app/log.hpp"
#include "app/program_id.hpp"
#include "app/secrets.hpp"
#include "app/task_registry.hpp"
#include "base/limits.hpp"
#include "base/sha256.hpp"
#include "store_pg/store_pg.hpp"
#include "zones/zones.hpp"

namespace kontor::app {
namespace {

Instant now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

constexpr int exit_stuck = 70;  // sysexits.h: EX_SOFTWARE

std::string holder_name() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    std::random_device random;
    return std::string(host.data()) + ":" + std::to_string(getpid()) + ":" + std::to_string(random());
}

Error while_doing(const std::string& what, Error error) {
    error.message = what + ": " + error.message;
    return error;
}

}  // namespace

engine::ParseWorkflow workflow_parser() {
    return [](std::string_view yaml) -> engine::Parsed {
        static const spec::Vocabulary known = vocabulary();
        spec::Parsed parsed = spec::parse_workflow(yaml, known);
        if (parsed.workflow == nullptr) {
            return {nullptr, spec::to_error(parsed.diagnostics, "workflow")};
        }
        return {std::move(parsed.workflow), {}};
    };
}

Result<std::unique_ptr<Daemon>> Daemon::start(Config config, const std::string& version, Events events) {
    std::unique_ptr<Daemon> daemon(new Daemon(std::move(config)));
    daemon->events_ = std::move(events);
    Result<DataFolder> folder = DataFolder::open(daemon->config_.data_folder);
    if (!folder) {
        return folder.error();
    }
    daemon->folder_ = std::make_unique<DataFolder>(std::move(*folder));
    Result<std::string> token = daemon->folder_->token();
    if (!token) {
        return token.error();
    }
    daemon->token_ = std::move(*token);
    hide_in_log(exec::Redaction(daemon->secrets()));
    if (Result<void> free = http::may_listen(daemon->config_.address, daemon->config_.port, daemon->config_.plain_http); !free) {
        return free.error();
    }
    if (Result<void> opened = daemon->open_database(); !opened) {
        return opened.error();
    }
    if (Result<void> opened = daemon->open_objects(); !opened) {
        return opened.error();
    }
    if (Result<void> built = daemon->build(version); !built) {
        return built.error();
    }
    return daemon;
}

Result<void> Daemon::open_database() {
    database_ = config_.database_url;
    if (database_.empty()) {
        embedded_pg::ClusterOptions options;
        options.folder = folder_->path("postgres");
        Result<std::unique_ptr<embedded_pg::EmbeddedCluster>> cluster = embedded_pg::EmbeddedCluster::start(std::move(options));
        if (!cluster) {
            return cluster.error();
        }
        cluster_ = std::move(*cluster);
        database_ = cluster_->connection_string("kontor");
        config_.warehouses.try_emplace("default", cluster_->connection_string("warehouse"));
        spdlog::info("embedded PostgreSQL runs in {}", folder_->path("postgres"));
    }
    const Result<int> migrated = store_pg::migrate(database_);
    if (!migrated) {
        return while_doing("the database cannot be used", migrated.error());
    }
    store_ = store_pg::make_store(database_);
    reads_ = store_pg::make_reads({database_});
    logs_ = store_pg::make_log_sink({database_});
    reviews_ = store_pg::make_reviews(database_);
    labels_ = std::make_unique<DecidedLabels>(*reviews_);
    with_labels(labels_.get());
    reports_ = store_pg::make_report_book(database_);
    decided_ = std::make_unique<DecidedItems>(*reports_);
    with_decided(decided_.get());
    sample_rows_ = store_pg::make_samples(database_);
    sent_samples_ = std::make_unique<SentSamples>(*sample_rows_);
    with_samples(sent_samples_.get());
    list_rows_ = store_pg::make_code_lists(database_);
    lists_ = std::make_unique<ImportedLists>(*list_rows_);
    with_code_lists(lists_.get());
    predictions_ = std::make_unique<ReportedPredictions>(*reads_);
    with_predictions(predictions_.get());
    retention_ = store_pg::make_retention(database_, config_.retention);
    list_desk_ = std::make_unique<codes::ListDesk>(*list_rows_);
    return {};
}

Result<void> Daemon::open_objects() {
    Result<objects::Grants> grants = objects::Grants::from_json(JsonObject{{"roles", config_.roles}});
    if (!grants) {
        return while_doing("roles", grants.error());
    }
    Result<std::unique_ptr<objects::LocalObjects>> opened =
        objects::LocalObjects::open(folder_->path("objects"), folder_->path("keys.json"), std::move(*grants));
    if (!opened) {
        return opened.error();
    }
    objects_ = std::move(*opened);
    quarantine_ = std::make_unique<QuarantineReader>(*objects_);
    stored_predictions_ = std::make_unique<StoredPredictions>(*objects_);
    evidence_ = std::make_unique<EvidenceReader>(*objects_);
    Result<std::unique_ptr<objects::CheckpointFiles>> checkpoints = objects::CheckpointFiles::open(objects_->folder(), objects_->keys());
    if (!checkpoints) {
        return checkpoints.error();
    }
    checkpoints_ = std::move(*checkpoints);
    keys_ = std::make_unique<objects::KeyRotation>(*objects_);
    return keys_->resume();
}

std::vector<std::string> Daemon::secrets() const {
    std::vector<std::string> all = secrets_of(config_);
    all.push_back(token_);
    return all;
}

std::string Daemon::explained(std::string trouble) const {
    // A server that a full disk took down cannot say so itself.
    const std::string shortage = cluster_ == nullptr || trouble.find("disk is full") != std::string::npos ? "" : cluster_->shortage();
    return shortage.empty() ? trouble : shortage + ": " + trouble;
}

Result<void> Daemon::build(const std::string& version) {
    const std::string database = cluster_ != nullptr ? "embedded" : "external";
    engine::EngineOptions options;
    options.holder = holder_name();
    // The data folder's lock is ours: whoever led on its cluster is dead.
    options.takeover = cluster_ != nullptr;
    options.version = version;
    options.database = database;
    options.now = now;
    options.find_zone = [](std::string_view name) { return zones::find_zone(name); };
    options.zone_names = [] { return zones::zone_names(); };
    Result<std::vector<ports::Crash>> crashes = exec::watch_for_crashes(folder_->path("crashes"));
    if (!crashes) {
        return crashes.error();
    }
    options.crashes = std::move(*crashes);
    options.fatal = events_.fatal;
    options.explain_trouble = [this](std::string what) { return explained(std::move(what)); };
    engine::ConductorSettings settings;
    settings.budget = {config_.cores, config_.io_slots, config_.memory_mb};
    settings.tasks = &task_registry();
    settings.parse = workflow_parser();
    const std::string program = program_id(version);
    settings.code = program;
    engine_ = std::make_unique<engine::Engine>(std::move(options), std::move(settings), *store_, *reads_);

    exec::Settings task_settings(config_.settings);
    task_settings["folder.workflows"] = config_.workflows_folder;
    for (const auto& [name, url] : config_.warehouses) {
        task_settings["warehouse." + name] = url;
    }
    exec::Redaction redaction(secrets(), [this](std::string_view text) { return objects_->keys().holds(text); });
    hide_in_log(redaction);
    executor_ = std::make_unique<exec::ThreadPoolExecutor>(
        task_registry(), *objects_, *logs_, std::move(task_settings), engine_->executor_events(),
        exec::PoolSizes{config_.cores, config_.io_slots}, std::move(redaction), exec::Resuming{checkpoints_.get(), program}
    );
    engine_->attach(*executor_);
    // Who is told "ready" may submit at once; it must not be told that a shipped workflow does not exist.
    engine_->hold_ready(true);
    build_predictor();
    filing_ = std::make_unique<FilingDesk>(*reports_, *objects_, *engine_, config_.report_due_days);
    samples_ = std::make_unique<samples::Intake>(*objects_, *sample_rows_, record_samples(*engine_), now);
    files_ = std::make_unique<FileDesk>(*engine_, *objects_);
    if (!config_.workflows_folder.empty()) {
        workflow_files_ = std::make_unique<FolderWatch>(config_.workflows_folder, workflow_parser(), [this](engine::DeployRequest wanted) {
            return engine_->deploy(std::move(wanted));
        });
    }
    doctor_ = std::make_unique<DaemonDoctor>(*reads_, *keys_, config_.data_folder, workflow_files_.get());

    http::ServerOptions server;
    server.address = config_.address;
    server.port = config_.port;
    server.plain_http_allowed = config_.plain_http;
    server.token_hashes = {sha256_hex(token_)};
    server.keys = keys_.get();
    server.quarantine = quarantine_.get();
    server.predictions = stored_predictions_.get();
    server.predictor = predictor_.get();
    server.reviews = reviews_.get();
    server.evidence = evidence_.get();
    server.filing = filing_.get();
    server.samples = samples_.get();
    server.files = files_.get();
    server.code_lists = list_desk_.get();
    server.retention = retention_.get();
    server.doctor = doctor_.get();
    server.folder = workflow_files_.get();
    server.version = version;
    server.database = database;
    Result<std::unique_ptr<http::Server>> listening = http::Server::start(std::move(server), *engine_);
    if (!listening) {
        return listening.error();
    }
    server_ = std::move(*listening);

    std::error_code error;
    std::filesystem::create_directories(config_.inbox_folder, error);
    if (error) {
        return invalid("inbox", "the inbox " + config_.inbox_folder + " cannot be made: " + error.message());
    }
    inbox_ = std::make_unique<InboxWatch>(*engine_, *objects_, config_.inbox_folder);
    intake_ = std::make_unique<ReviewIntake>(*engine_, *objects_, *reviews_);
    drafts_ = std::make_unique<DraftRounds>(*engine_, *filing_);
    sweeper_ = std::make_unique<Sweeper>(*engine_, *retention_, *objects_);
    return {};
}

void Daemon::build_predictor() {
    live::ShelfLimits shelf;
    shelf.models_max = static_cast<std::size_t>(config_.live_models);
    shelf.bytes_max = std::int64_t{config_.live_memory_mb} << 20U;
    live::BatcherLimits batcher;
    // Half of the cores: the others go on with whatever they do.
    batcher.threads = config_.live_threads > 0 ? config_.live_threads : std::max(1, config_.cores / 2);
    const auto record = [this](const std::string& country, std::vector<sdk::Effect> opened) -> Result<void> {
        engine::AcceptRequest request;
        request.by = Caller::house("live");
        request.audit.country = country;
        request.effects = std::move(opened);
        const Result<engine::Reply> recorded = engine_->accept(std::move(request));
        return recorded ? Result<void>() : Result<void>(recorded.error());
    };
    predictor_ = std::make_unique<live::Predictor>(*objects_, *reads_, record, shelf, batcher);
}

Result<void> Daemon::lead() {
    bool told = false;
    for (;;) {
        const Result<void> started = engine_->start();
        if (started) {
            Result<void> deployed = deploy_folder();
            engine_->hold_ready(!deployed);
            return deployed;
        }
        const ErrorKind kind = started.error().kind;
        if (kind != ErrorKind::Conflict && kind != ErrorKind::Unavailable) {
            return started;
        }
        if (!told) {
            spdlog::info("standing by: {}", describe(started.error()));
            told = true;
        }
        // A tenth of the lease: taking over is quick, asking is cheap.
        if (events_.stopping(limits::leader_lease / 10)) {
            return Error{ErrorKind::Cancelled, "daemon", "stopped while standing by", {}};
        }
    }
}

Result<void> Daemon::deploy_folder() {
    if (workflow_files_ == nullptr) {
        spdlog::info("no workflows folder: deploy workflows through the API");
        return {};
    }
    if (Result<void> looked = workflow_files_->look(now(), true); !looked) {
        return looked;
    }
    folder_rounds_ = std::make_unique<Rounds>(FolderWatch::every, [this] {
        if (engine_->ready()) {
            // What the engine says of itself it says elsewhere; the files are offered again.
            [[maybe_unused]] const Result<void> looked = workflow_files_->look(now(), false);
        }
    });
    return {};
}

std::string Daemon::warehouse_url() const {
    const auto found = config_.warehouses.find("default");
    return found == config_.warehouses.end() ? "" : found->second;
}

void Daemon::stop(Duration grace) {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    folder_rounds_.reset();
    inbox_.reset();
    sweeper_.reset();
    drafts_.reset();
    intake_.reset();
    const bool ended = engine_ == nullptr || engine_->stop(grace);
    if (server_ != nullptr) {
        server_->stop(std::chrono::seconds(1));
    }
    if (ended) {
        executor_.reset();
    }
    server_.reset();
    predictor_.reset();
    samples_.reset();
    files_.reset();
    with_labels(nullptr);
    with_decided(nullptr);
    with_samples(nullptr);
    with_code_lists(nullptr);
    with_predictions(nullptr);
    logs_.reset();
    hide_in_log(exec::Redaction(secrets()));  // without the keys: they go with this
    if (cluster_ != nullptr) {
        cluster_->stop();
    }
    if (!ended) {
        // A task that does not stop would keep its thread, and the process, for ever. Its attempt counts as lost.
        spdlog::error("leaving without the tasks that did not stop");
        spdlog::shutdown();
        _exit(exit_stuck);
    }
}

Daemon::~Daemon() { stop(Duration(0)); }

}  // namespace kontor::app
