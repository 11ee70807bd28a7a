/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "signals.h"

#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t interrupted;

static void on_end(int number)
{
    (void)number;
    interrupted = 1;
}

static void on_tick(int number)
{
    (void)number;
}

static void handle(int number, void (*handler)(int), int flags)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void signals_catch(bool waits)
{
    int flags = (int)SA_RESETHAND | (waits ? 0 : SA_RESTART);
    handle(SIGINT, on_end, flags);
    handle(SIGTERM, on_end, flags);
    handle(SIGALRM, on_tick, 0);
    handle(SIGPIPE, SIG_IGN, 0);
}

bool signals_interrupted(void)
{
    return interrupted;
}

void signals_tick(unsigned milliseconds)
{
    struct timeval interval = {.tv_sec = milliseconds / 1000,
                               .tv_usec = (suseconds_t)(milliseconds % 1000) * 1000};
    struct itimerval timer = {.it_interval = interval, .it_value = interval};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void mask(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGALRM);
    sigprocmask(how, &signals, NULL);
}

void signals_hold(void)
{
    mask(SIG_BLOCK);
}

void signals_release(void)
{
    mask(SIG_UNBLOCK);
}
