package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"pickstation/central"
	"pickstation/order"
)

type taskOut struct{ Body *central.Task }

type tasksOut struct {
	Body struct {
		Tasks []*central.Task `json:"tasks"`
		Next  order.TaskID    `json:"next,omitempty" doc:"cursor of the next page; unset at the end"`
	}
}

// TaskPath names a task in a path. It is exported for huma, which fills embedded fields only then.
type TaskPath struct {
	ID order.TaskID `path:"id" maxLength:"64" doc:"task id"`
}

func (s *Server) registerTasks() {
	security := scoped(central.ScopeTasksWrite)
	huma.Register(s.api, op("POST", "/v1/tasks", "addTask", "Have goods moved, a place replenished, or counted", "tasks", security),
		func(ctx context.Context, in *struct{ Body central.TaskIn }) (*taskOut, error) {
			t, err := s.svc.AddTask(ctx, callerOf(ctx).by, in.Body)
			return &taskOut{t}, toProblem(err)
		})
	huma.Register(s.api, op("GET", "/v1/tasks", "listTasks", "Returns and stock tasks at the benches, with what was done", "tasks", security), s.tasks)
	huma.Register(s.api, op("GET", "/v1/tasks/{id}", "getTask", "A task with what was done", "tasks", security),
		func(ctx context.Context, in *TaskPath) (*taskOut, error) {
			t, err := s.svc.GetTask(ctx, in.ID)
			return &taskOut{t}, toProblem(err)
		})
	huma.Register(s.api, op("POST", "/v1/tasks/{id}:cancel", "cancelTask", "End a stock task that nobody needs any more", "tasks", security),
		func(ctx context.Context, in *TaskPath) (*struct{}, error) {
			return nil, toProblem(s.svc.CancelTask(ctx, callerOf(ctx).by, in.ID))
		})
}

func (s *Server) tasks(ctx context.Context, in *struct {
	Warehouse string       `query:"warehouse" maxLength:"64"`
	All       bool         `query:"all" doc:"those that are over too"`
	Limit     int          `query:"limit" minimum:"0" maximum:"500" doc:"default 100"`
	Cursor    order.TaskID `query:"cursor" maxLength:"64"`
}) (*tasksOut, error) {
	if in.Limit == 0 {
		in.Limit = 100
	}
	out := &tasksOut{}
	all, err := s.svc.Tasks(ctx, central.TaskFilter{Warehouse: in.Warehouse, All: in.All, After: in.Cursor, Limit: in.Limit})
	out.Body.Tasks = append([]*central.Task{}, all...)
	if len(all) == in.Limit {
		out.Body.Next = all[len(all)-1].ID
	}
	return out, toProblem(err)
}
