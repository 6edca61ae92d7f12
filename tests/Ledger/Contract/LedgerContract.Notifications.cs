using AutoDeploy.Events;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_notification_is_found_as_it_was()
    {
        var webhook = Notification() with { ServiceIds = [Guid.NewGuid(), Guid.NewGuid()] };
        var mail = Notification() with
        {
            Type = NotificationType.Email,
            Url = null,
            Secret = null,
            Recipients = ["a@acme.com", "b@acme.com"],
            Events = [NotificationKind.RolledBack],
        };
        foreach (var notification in new[] { webhook, mail })
            await Ledger.PutNotification(notification, Never);
        await Reopen();

        AssertSame(webhook, await Ledger.FindNotification(webhook.Uuid, Never));
        AssertSame(mail, await Ledger.FindNotification(mail.Uuid, Never));
        var page = await Ledger.ListNotifications(OrganizationNames.Default, 1, 0, Never);
        Assert.Equal(2, page.Total);
        AssertSame(mail, Assert.Single(page.Items));
        Assert.Equal(new[] { webhook.Uuid, mail.Uuid }.Order(), (await Ledger.ListNotificationUuids(Never)).Order());
        Assert.Empty((await Ledger.ListNotifications("other", 10, 0, Never)).Items);

        var changed = webhook with { Url = new Uri("https://other.acme.com/x"), Secret = null, Events = [NotificationKind.Started] };
        await Ledger.PutNotification(changed, Never);
        AssertSame(changed, await Ledger.FindNotification(webhook.Uuid, Never));

        // it does not change hands
        await Ledger.PutNotification(webhook with { Organization = "other" }, Never);
        AssertSame(changed, await Ledger.FindNotification(webhook.Uuid, Never));

        Assert.True(await Ledger.RemoveNotification(webhook.Uuid, Never));
        Assert.False(await Ledger.RemoveNotification(webhook.Uuid, Never));
        Assert.Null(await Ledger.FindNotification(webhook.Uuid, Never));
        Assert.Null(await Ledger.FindCursor(webhook.Uuid, Never));
    }

    [Fact]
    public async Task A_notification_begins_with_what_happens_from_now_on_and_keeps_its_place()
    {
        await NewService();
        var notification = Notification();
        await Ledger.PutNotification(notification, Never);
        Assert.Equal(
            new EventCursor { ConsumerId = notification.Uuid, Position = await Last() },
            await Ledger.FindCursor(notification.Uuid, Never)
        );

        var moved = new EventCursor
        {
            ConsumerId = notification.Uuid,
            Position = 77,
            Attempts = 3,
            FailingSince = Noon,
            Due = Noon.AddSeconds(4),
            Delivered = Noon.AddDays(-1),
            GivenUp = 5,
            LastError = "There was no answer.",
        };
        await Ledger.MoveCursor(moved, Never);
        await Reopen();
        Assert.Equal(moved, await Ledger.FindCursor(notification.Uuid, Never));

        // changed, it is tried again at once, from where it was
        await Ledger.PutNotification(notification, Never);
        Assert.Equal(moved with { Attempts = 0, FailingSince = null, Due = null }, await Ledger.FindCursor(notification.Uuid, Never));

        await Ledger.RemoveNotification(notification.Uuid, Never);
        await Ledger.MoveCursor(moved, Never);
        Assert.Null(await Ledger.FindCursor(notification.Uuid, Never));
    }

    private static void AssertSame(Notification expected, Notification? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            expected with
            {
                Recipients = [],
                Events = [],
                ServiceIds = [],
            },
            actual with
            {
                Recipients = [],
                Events = [],
                ServiceIds = [],
            }
        );
        Assert.Equal(expected.Recipients.AsEnumerable(), actual.Recipients);
        Assert.Equal(expected.Events.AsEnumerable(), actual.Events);
        Assert.Equal(expected.ServiceIds.AsEnumerable(), actual.ServiceIds);
    }
}
