namespace AutoDeploy.Services;

[GenerateSerializer, Alias("AutoDeploy.Weekday")]
public enum Weekday
{
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}
