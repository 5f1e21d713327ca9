// Everything that has hung a sampling profiler, at once:
//
//     churn SECONDS LIBRARY LIBRARY...
//
// threads that start and end, C++ exceptions through deep stacks, dlopen and
// dlclose, dl_iterate_phdr loops, fork, and plain work, for so many seconds.
// What it prints does not depend on how fast it was: each part checks itself.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <dlfcn.h>
#include <link.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

std::atomic<bool> over{false};

struct Guard {
    int &depth;
    explicit Guard(int &d) : depth(d)
    {
        depth++;
    }
    ~Guard()
    {
        depth--;
    }
};

[[gnu::noinline]] int thrower(int levels, int &depth)
{
    Guard guard(depth);
    volatile char frame[64];
    frame[levels % 64] = static_cast<char>(levels);
    if (levels == 0)
        throw std::runtime_error("bottom");
    return thrower(levels - 1, depth) + frame[levels % 64];
}

bool exceptions()
{
    int depth = 0;
    try {
        try {
            thrower(12, depth);
        } catch (const std::runtime_error &) {
            if (depth != 0)
                return false;
            throw std::logic_error("again");
        }
    } catch (const std::logic_error &error) {
        return std::string(error.what()) == "again";
    }
    return false;
}

bool short_threads()
{
    int sum = 0;
    std::thread first([&] { sum += 1; });
    first.join();
    std::thread second([&] {
        for (volatile int i = 0; i < 20000; i = i + 1)
            ;
        sum += 2;
    });
    second.join();
    return sum == 3;
}

bool open_and_close(const std::vector<const char *> &libraries)
{
    for (const char *path : libraries) {
        void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!library)
            return false;
        auto work =
            reinterpret_cast<int (*)(int)>(dlsym(library, "plugin_work"));
        bool good = work && work(1000) == 499500;
        dlclose(library);
        if (!good)
            return false;
    }
    return true;
}

int count_object(dl_phdr_info *, size_t, void *count)
{
    ++*static_cast<int *>(count);
    return 0;
}

bool iterate()
{
    int count = 0;
    dl_iterate_phdr(count_object, &count);
    return count >= 3;
}

bool fork_and_exit()
{
    pid_t child = fork();
    if (child < 0)
        return false;
    if (child == 0) {
        std::string text(1000, 'x');
        // Not exit: it takes the loader's lock, which another thread may have
        // held when we forked, with or without a profiler.
        _exit(static_cast<int>(text.size() % 256));
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 1000 % 256;
}

[[gnu::noinline]] unsigned work(unsigned n)
{
    return n < 2 ? n : work(n - 1) + work(n - 2);
}

template <class Part> std::thread repeat(std::atomic<bool> &good, Part part)
{
    return std::thread([&good, part] {
        while (!over)
            if (!part())
                good = false;
    });
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    std::vector<const char *> libraries(argv + 2, argv + argc);
    struct Row {
        const char *name;
        std::atomic<bool> good{true};
    } rows[] = {{"exceptions"},      {"threads"}, {"dlopen"},
                {"dl_iterate_phdr"}, {"fork"},    {"work"}};

    std::vector<std::thread> threads;
    threads.push_back(repeat(rows[0].good, exceptions));
    threads.push_back(repeat(rows[0].good, exceptions));
    threads.push_back(repeat(rows[1].good, short_threads));
    threads.push_back(
        repeat(rows[2].good, [&] { return open_and_close(libraries); }));
    threads.push_back(
        repeat(rows[2].good, [&] { return open_and_close(libraries); }));
    threads.push_back(repeat(rows[3].good, iterate));
    threads.push_back(repeat(rows[4].good, fork_and_exit));
    threads.push_back(repeat(rows[5].good, [] { return work(16) == 987; }));

    std::this_thread::sleep_for(
        std::chrono::duration<double>(std::atof(argv[1])));
    over = true;
    for (auto &thread : threads)
        thread.join();
    for (auto &row : rows)
        std::printf("%s: %s\n", row.name, row.good ? "good" : "BROKEN");
    return 0;
}
